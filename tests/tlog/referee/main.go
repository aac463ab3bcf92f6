// The referee: the Go checksum database's note and tlog packages, and Go's own Ed25519 and ML-DSA-44, judge a log
// that we made ("check DIR"), and make one for us to judge ("make DIR SIZE").
//
//	DIR/checkpoint    signed with types 01, 04 and 06
//	DIR/proofs.json   the keys, and proofs of inclusion and consistency
//	DIR/tile/...      c2sp.org/tlog-tiles
package main

import (
	"crypto/ed25519"
	"crypto/mldsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height, cosignedAt = 8, 1_700_000_000

type proofs struct {
	Log, Witness, Mirror string // vkeys of types 01, 04 and 06
	Inclusion            []inclusion
	Consistency          []consistency
}

type inclusion struct {
	Index int64
	Leaf  []byte
	Proof [][]byte
}

type consistency struct {
	Old   int64
	Root  []byte
	Proof [][]byte
}

// key is a note.Verifier and note.Signer for one of the three types.
type key struct {
	name   string
	hash   uint32
	sign   func(msg []byte) []byte
	verify func(msg, sig []byte) bool
}

func (k key) Name() string                    { return k.name }
func (k key) KeyHash() uint32                 { return k.hash }
func (k key) Sign(msg []byte) ([]byte, error) { return k.sign(msg), nil }
func (k key) Verify(msg, sig []byte) bool     { return k.verify(msg, sig) }

func keyHash(name string, kind byte, public []byte) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"+string(rune(kind))), public...))
	return binary.BigEndian.Uint32(sum[:])
}

func vkey(name string, kind byte, public []byte) string {
	encoded := base64.StdEncoding.EncodeToString(append([]byte{kind}, public...))
	return fmt.Sprintf("%s+%08x+%s", name, keyHash(name, kind, public), encoded)
}

// parse reads a vkey of type 04 or 06 and checks its id.
func parse(text string, kind byte) (name string, public []byte) {
	parts := strings.SplitN(text, "+", 3)
	data, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	require(data[0] == kind && vkey(parts[0], kind, data[1:]) == text, "vkey "+text)
	return parts[0], data[1:]
}

// type04 is the message of a cosignature/v1.
func type04(msg []byte, time uint64) []byte {
	return append(fmt.Appendf(nil, "cosignature/v1\ntime %d\n", time), msg...)
}

// type06 is the cosigned_message of tlog-cosignature.
func type06(name string, msg []byte, time uint64) []byte {
	origin, rest, _ := strings.Cut(string(msg), "\n")
	tree := parseTree(origin, rest)
	b := append([]byte("subtree/v1\n\x00"), byte(len(name)))
	b = binary.BigEndian.AppendUint64(append(b, name...), time)
	b = append(append(b, byte(len(origin))), origin...)
	b = binary.BigEndian.AppendUint64(b, 0)
	b = binary.BigEndian.AppendUint64(b, uint64(tree.N))
	return append(b, tree.Hash[:]...)
}

func parseTree(origin, rest string) tlog.Tree {
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + rest))
	must(err)
	return tree
}

func stamped(time uint64, sig []byte) []byte {
	return append(binary.BigEndian.AppendUint64(nil, time), sig...)
}

func verifiers(p proofs) note.Verifiers {
	log, err := note.NewVerifier(p.Log)
	must(err)
	name4, public4 := parse(p.Witness, 4)
	name6, public6 := parse(p.Mirror, 6)
	key6, err := mldsa.NewPublicKey(mldsa.MLDSA44(), public6)
	must(err)
	return note.VerifierList(log,
		key{name: name4, hash: keyHash(name4, 4, public4), verify: func(msg, sig []byte) bool {
			return ed25519.Verify(public4, type04(msg, binary.BigEndian.Uint64(sig)), sig[8:])
		}},
		key{name: name6, hash: keyHash(name6, 6, public6), verify: func(msg, sig []byte) bool {
			return mldsa.Verify(key6, type06(name6, msg, binary.BigEndian.Uint64(sig)), sig[8:], nil) == nil
		}})
}

type directory string

func (d directory) path(t tlog.Tile) string {
	return filepath.Join(string(d), strings.Replace(t.Path(), "tile/8/", "tile/", 1))
}

func (d directory) Height() int                     { return height }
func (d directory) SaveTiles([]tlog.Tile, [][]byte) {}
func (d directory) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, t := range tiles {
		bytes, err := os.ReadFile(d.path(t))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

func check(dir string) {
	var p proofs
	must(json.Unmarshal(read(dir, "proofs.json"), &p))
	opened, err := note.Open(read(dir, "checkpoint"), verifiers(p))
	must(err)
	require(len(opened.Sigs) == 3 && len(opened.UnverifiedSigs) == 0, "three signatures hold")
	origin, rest, _ := strings.Cut(opened.Text, "\n")
	require(origin == opened.Sigs[0].Name, "the origin is the log's name")
	tree := parseTree(origin, rest)
	hashes := tlog.TileHashReader(tree, directory(dir))
	for _, t := range tlog.NewTiles(height, 0, tree.N) {
		ours, err := tlog.ReadTileData(t, hashes)
		must(err)
		require(slices.Equal(ours, read(dir, strings.Replace(t.Path(), "tile/8/", "tile/", 1))), "tile "+t.Path())
	}
	for _, c := range p.Inclusion {
		must(tlog.CheckRecord(asHashes(c.Proof), tree.N, tree.Hash, c.Index, tlog.Hash(c.Leaf)))
		theirs, err := tlog.ProveRecord(tree.N, c.Index, hashes)
		must(err)
		require(slices.Equal(theirs, asHashes(c.Proof)), fmt.Sprint("inclusion ", c.Index))
	}
	for _, c := range p.Consistency {
		must(tlog.CheckTree(asHashes(c.Proof), tree.N, tree.Hash, c.Old, tlog.Hash(c.Root)))
	}
	fmt.Println("accepted", tree.N, len(p.Inclusion), len(p.Consistency))
}

func makeLog(dir string, size int64) {
	var stored []tlog.Hash
	hashes := tlog.HashReaderFunc(func(indexes []int64) (found []tlog.Hash, err error) {
		for _, i := range indexes {
			found = append(found, stored[i])
		}
		return found, nil
	})
	for n := range size {
		more, err := tlog.StoredHashes(n, fmt.Appendf(nil, "entry %d", n), hashes)
		must(err)
		stored = append(stored, more...)
	}
	for _, t := range tlog.NewTiles(height, 0, size) {
		data, err := tlog.ReadTileData(t, hashes)
		must(err)
		must(os.MkdirAll(filepath.Dir(directory(dir).path(t)), 0o755))
		must(os.WriteFile(directory(dir).path(t), data, 0o644))
	}
	root, err := tlog.TreeHash(size, hashes)
	must(err)
	p := signed(dir, fmt.Sprintf("go.example/log\n%d\n%s\n", size, root))
	for n := range size {
		proof, err := tlog.ProveRecord(size, n, hashes)
		must(err)
		leaf := tlog.RecordHash(fmt.Appendf(nil, "entry %d", n))
		p.Inclusion = append(p.Inclusion, inclusion{n, leaf[:], asBytes(proof)})
		old, err := tlog.TreeHash(n+1, hashes)
		must(err)
		extends, err := tlog.ProveTree(size, n+1, hashes)
		must(err)
		p.Consistency = append(p.Consistency, consistency{n + 1, old[:], asBytes(extends)})
	}
	data, err := json.Marshal(p)
	must(err)
	must(os.WriteFile(filepath.Join(dir, "proofs.json"), data, 0o644))
}

func signed(dir, text string) proofs {
	private := ed25519.NewKeyFromSeed(make([]byte, 32))
	public := private.Public().(ed25519.PublicKey)
	private6, err := mldsa.NewPrivateKey(mldsa.MLDSA44(), make([]byte, 32))
	must(err)
	public6 := private6.PublicKey().Bytes()
	data, err := note.Sign(&note.Note{Text: text},
		key{name: "go.example/log", hash: keyHash("go.example/log", 1, public), sign: func(msg []byte) []byte {
			return ed25519.Sign(private, msg)
		}},
		key{name: "go.example/w4", hash: keyHash("go.example/w4", 4, public), sign: func(msg []byte) []byte {
			return stamped(cosignedAt, ed25519.Sign(private, type04(msg, cosignedAt)))
		}},
		key{name: "go.example/w6", hash: keyHash("go.example/w6", 6, public6), sign: func(msg []byte) []byte {
			sig, err := private6.SignDeterministic(type06("go.example/w6", msg, cosignedAt), &mldsa.Options{})
			must(err)
			return stamped(cosignedAt, sig)
		}})
	must(err)
	must(os.WriteFile(filepath.Join(dir, "checkpoint"), data, 0o644))
	return proofs{
		Log:     vkey("go.example/log", 1, public),
		Witness: vkey("go.example/w4", 4, public),
		Mirror:  vkey("go.example/w6", 6, public6),
	}
}

func asHashes(proof [][]byte) []tlog.Hash {
	hashes := make([]tlog.Hash, len(proof))
	for i, hash := range proof {
		hashes[i] = tlog.Hash(hash)
	}
	return hashes
}

func asBytes(proof []tlog.Hash) [][]byte {
	hashes := [][]byte{}
	for _, hash := range proof {
		hashes = append(hashes, hash[:])
	}
	return hashes
}

func read(dir, name string) []byte {
	data, err := os.ReadFile(filepath.Join(dir, name))
	must(err)
	return data
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func require(holds bool, what string) {
	if !holds {
		must(fmt.Errorf("does not hold: %s", what))
	}
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == "check" {
		check(os.Args[2])
		return
	}
	size, err := strconv.ParseInt(os.Args[3], 10, 64)
	must(err)
	makeLog(os.Args[2], size)
}
