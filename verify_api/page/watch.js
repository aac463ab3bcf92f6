/** Look through the camera until there is a code: its middle and quickly, then all of it and hard, by turns. */

export class Watch {
  #camera;
  #decoder;
  #found;
  #looking = false;
  #turn = 0;

  /** `found` is told the bytes of the codes in one picture; then nobody looks until `start`. */
  constructor(camera, decoder, found) {
    this.#camera = camera;
    this.#decoder = decoder;
    this.#found = found;
  }

  start() {
    if (this.#looking) return;
    this.#looking = true;
    this.#camera.rest(false);
    this.#look();
  }

  stop() {
    this.#looking = false;
    this.#camera.rest(true);
  }

  async #look() {
    if (!this.#looking) return;
    const hard = this.#turn++ % 2 === 1;
    let codes = await this.#codes(hard, hard);
    if (codes.length && !hard) codes = distinct([...codes, ...(await this.#codes(true, false))]); // others may stand beside it
    if (!this.#looking) return;
    if (codes.length) {
      this.stop();
      this.#found(codes);
    } else {
      this.#camera.next(() => this.#look());
    }
  }

  async #codes(whole, hard) {
    const image = this.#camera.frame(whole);
    return image ? this.#decoder.codes(image, hard).catch(() => []) : [];
  }
}

/** Each code once. */
export function distinct(codes) {
  return [...new Map(codes.map((code) => [String(code), code])).values()];
}
