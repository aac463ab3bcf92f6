/** Look through the camera until there is a code: its middle and quickly, then all of it and hard, by turns. */

const FAILURES_MAX = 3; // one after the other: then it is not the picture

export class Watch {
  #camera;
  #decoder;
  #found;
  #failed;
  #failures = 0;
  #round = 0; // of looking: a look that was begun before a stop is not one of after it
  #looking = false;
  #turn = 0;

  /** `found` is told the bytes of the codes in one picture; then nobody looks until `start`. `failed`: nobody can. */
  constructor(camera, decoder, found, failed) {
    this.#camera = camera;
    this.#decoder = decoder;
    this.#found = found;
    this.#failed = failed;
  }

  start() {
    if (this.#looking) return;
    this.#looking = true;
    this.#camera.rest(false);
    this.#look(++this.#round);
  }

  stop() {
    this.#looking = false;
    this.#camera.rest(true);
  }

  async #look(round) {
    const over = () => !this.#looking || round !== this.#round;
    if (over()) return;
    const hard = this.#turn++ % 2 === 1;
    let codes = await this.#codes(hard, hard);
    if (codes.length && !hard) codes = distinct([...codes, ...(await this.#codes(true, false))]); // others may stand beside it
    if (over()) return;
    if (codes.length) {
      this.stop();
      this.#found(codes);
    } else if (this.#failures >= FAILURES_MAX) {
      this.stop();
      this.#failed();
    } else {
      this.#camera.next(() => this.#look(round));
    }
  }

  async #codes(whole, hard) {
    const image = this.#camera.frame(whole);
    try {
      const codes = image ? await this.#decoder.codes(image, hard) : [];
      this.#failures = 0;
      return codes;
    } catch {
      this.#failures++;
      return [];
    }
  }
}

/** Each code once. */
export function distinct(codes) {
  return [...new Map(codes.map((code) => [String(code), code])).values()];
}
