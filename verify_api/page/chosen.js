/** What the officer chose, for the next visit; a browser that keeps nothing asks again. */

export function recall(name) {
  try {
    return localStorage.getItem(`sceau.${name}`);
  } catch {
    return null;
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(`sceau.${name}`, value);
  } catch {
    // it holds for this visit
  }
}
