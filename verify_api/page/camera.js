/** The camera: opened once a visit, 720p, and frames from it as pixels.
 *
 * `open` asks for it (a visit has one request: iOS asks its owner each time); `frame` takes a picture, whole or its
 * middle, where a code that is held up fills more of fewer pixels.
 */

const WANTED = {
  audio: false,
  video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 15, max: 30 } },
};

export class Camera {
  #video;
  #canvas = document.createElement("canvas");
  #track = null;
  #opening = null;

  constructor(video) {
    this.#video = video;
  }

  /** Ask for the camera, once; the DOMException of getUserMedia where it is refused or absent. */
  open() {
    this.#opening ??= this.#ask().catch((error) => {
      if (error.name !== "NotAllowedError") this.#opening = null; // another program may let it go
      throw error;
    });
    return this.#opening;
  }

  async #ask() {
    if (!navigator.mediaDevices) throw new DOMException("no camera outside https", "NotFoundError");
    const stream = await navigator.mediaDevices.getUserMedia(WANTED);
    this.#track = stream.getVideoTracks()[0];
    this.#track.addEventListener("ended", () => (this.#opening = null)); // phones take it from a page in the background
    this.#video.srcObject = stream;
    await this.#video.play();
  }

  /** Show and read on, or stand still while a verdict is shown. */
  rest(still) {
    if (!this.#track) return;
    this.#track.enabled = !still;
    if (still) this.#video.pause();
    else this.#video.play().catch(() => {}); // a page that is being left plays no more
  }

  /** What the device can do: {torch, zoom: {min, max, step} | null}. */
  get abilities() {
    const found = this.#track?.getCapabilities?.() ?? {};
    return { torch: Boolean(found.torch), zoom: found.zoom?.max > found.zoom?.min ? found.zoom : null };
  }

  /** Set {torch: boolean} or {zoom: number}. */
  set(ability) {
    return this.#track.applyConstraints({ advanced: [ability] });
  }

  /** The picture of this moment as ImageData, or null while there is none. */
  frame(whole) {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (!width || !height) return null;
    const edge = Math.min(width, height);
    const [w, h] = whole ? [width, height] : [edge, edge];
    return pixels(this.#canvas, this.#video, (width - w) / 2, (height - h) / 2, w, h, w, h);
  }

  /** Call `then` when the next picture is there. */
  next(then) {
    if (this.#video.requestVideoFrameCallback) this.#video.requestVideoFrameCallback(() => then());
    else setTimeout(then, 70);
  }
}

/** The part of `image` at (x, y, w, h), drawn in `width` by `height` pixels. */
export function pixels(canvas, image, x, y, w, h, width, height) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, x, y, w, h, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
