/** The colours a picture is made of: three meanings, one accent, and greys. */
export type Paint =
  | 'act'
  | 'watch'
  | 'done'
  | 'accent'
  | 'ink'
  | 'dim'
  | 'edge'
  | 'surface'
  | 'hatch'
  | 'none';

/** One element of SVG, its colours by their meaning. Names of attributes are those of React. */
export interface Shape {
  tag: 'rect' | 'line' | 'path' | 'text';
  attributes: Record<string, string | number>;
  fill?: Paint;
  stroke?: Paint;
  /** Of a `text`. */
  text?: string;
}

export interface Picture {
  width: number;
  height: number;
  shapes: readonly Shape[];
}

/** As the light scheme has them, so that a picture outside of the app reads well on paper. */
const light: Record<Paint, string> = {
  act: '#cf2f36',
  watch: '#b87503',
  done: '#1c8a61',
  accent: '#3b5bdb',
  ink: '#171c24',
  dim: '#566070',
  edge: '#c7ced8',
  surface: '#ffffff',
  hatch: 'url(#strip-hatch)',
  none: 'none',
};

/** A picture that stands alone: SVG text with its colours in it. */
export function svgText({ width, height, shapes }: Picture, title: string): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, system-ui, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    '<defs><pattern id="strip-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#eef0f3"/><line x1="0" y1="0" x2="0" y2="6" stroke="#9aa3b0" stroke-width="2"/></pattern></defs>',
    `<rect width="${width}" height="${height}" fill="${light.surface}"/>`,
    ...shapes.map(element),
    '</svg>',
  ].join('\n');
}

function element({ tag, attributes, fill, stroke, text }: Shape): string {
  const all = {
    ...attributes,
    ...(fill ? { fill: light[fill] } : {}),
    ...(stroke ? { stroke: light[stroke] } : {}),
  };
  const written = Object.entries(all).map(([name, value]) => ` ${kebab(name)}="${escaped(String(value))}"`);
  return text === undefined
    ? `<${tag}${written.join('')}/>`
    : `<${tag}${written.join('')}>${escaped(text)}</${tag}>`;
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and attributes. What XML has no place for, control characters and line breaks, becomes a blank. */
function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029\ufffe\uffff]/gu, ' ')
    .replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
