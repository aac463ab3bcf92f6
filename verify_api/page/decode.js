/** From pixels to the bytes of codes, in a worker, so that the page never stands still. */

export class Decoder {
  #worker = new Worker(new URL("decode_worker.js", import.meta.url), { type: "module" });
  #waiting = new Map();
  #count = 0;
  #dead = false; // it did not load

  constructor() {
    this.#worker.onmessage = ({ data: { id, codes } }) => this.#settle(id, codes);
    this.#worker.onerror = () => {
      this.#dead = true;
      for (const id of [...this.#waiting.keys()]) this.#settle(id, null);
    };
  }

  /** The bytes of every code on `image` (ImageData, whose pixels are handed over); `hard` takes more time and finds more. */
  codes(image, hard) {
    if (this.#dead) return Promise.reject(new Error("the decoder did not load"));
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const { data, width, height } = image;
      this.#worker.postMessage({ id, pixels: data.buffer, width, height, hard }, [data.buffer]);
    });
  }

  #settle(id, codes) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (codes) waiting?.resolve(codes);
    else waiting?.reject(new Error("the decoder failed"));
  }
}
