/**
 * How much larger than usual the viewer's text is, by the root's font size: on a wall, or as a browser was told. What is drawn in
 * pixels grows with it.
 */
export function textScale(): number {
  return (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16) / 16;
}
