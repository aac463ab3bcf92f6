-- One call writes one batch: lock, check, index, insert. Run by the owner once (a migration); the application's role needs
-- SELECT and INSERT on the tables, and no more. The lock comes first and in a statement of its own: under READ COMMITTED each
-- statement of a volatile function sees what committed before it began, so max(idx) is read after every earlier writer is done.
CREATE TABLE IF NOT EXISTS {schema}.leaf (
    idx bigint PRIMARY KEY, stream text COLLATE "C" NOT NULL, version bigint NOT NULL, salt bytea NOT NULL, hash bytea NOT NULL);
CREATE TABLE IF NOT EXISTS {schema}.receipt (command_id bytea PRIMARY KEY, mac bytea NOT NULL, outcome bytea NOT NULL);
CREATE OR REPLACE FUNCTION {schema}.sceau_append(
    streams text[], versions bigint[], topics text[], states bytea[], salts bytea[], leaves bytea[],
    command_ids bytea[], macs bytea[], outcomes bytea[], read_streams text[], read_versions bigint[])
RETURNS bigint LANGUAGE plpgsql VOLATILE SET search_path = {schema} AS $body$
DECLARE
    first_idx bigint;
    stale text;
BEGIN
    PERFORM pg_advisory_xact_lock({lock});
    SELECT coalesce(max(idx), -1) + 1 INTO first_idx FROM leaf;
    SELECT r.stream INTO stale FROM unnest(read_streams, read_versions) AS r (stream, version)
        WHERE coalesce((SELECT max(originator_version) FROM stored_events WHERE originator_id = r.stream), 0) <> r.version LIMIT 1;
    IF stale IS NOT NULL THEN
        RAISE EXCEPTION 'stream % has moved', stale USING ERRCODE = 'unique_violation';
    END IF;
    INSERT INTO stored_events (originator_id, originator_version, topic, state, notification_id)
        SELECT e.stream, e.version, e.topic, e.state, first_idx + e.n
        FROM unnest(streams, versions, topics, states) WITH ORDINALITY AS e (stream, version, topic, state, n);
    INSERT INTO leaf (idx, stream, version, salt, hash)
        SELECT first_idx + l.n - 1, l.stream, l.version, l.salt, l.hash
        FROM unnest(streams, versions, salts, leaves) WITH ORDINALITY AS l (stream, version, salt, hash, n);
    INSERT INTO receipt (command_id, mac, outcome) SELECT * FROM unnest(command_ids, macs, outcomes);
    RETURN first_idx;
END
$body$;
