import { createElement, type ReactNode } from 'react';
import type { Paint, Picture, Shape } from './shapes.ts';

/** The colours of the scheme that is on. */
const paints: Record<Paint, string> = {
  act: 'var(--act-solid)',
  watch: 'var(--watch-solid)',
  done: 'var(--done-solid)',
  accent: 'var(--accent)',
  ink: 'var(--ink)',
  dim: 'var(--ink-dim)',
  edge: 'var(--edge-strong)',
  surface: 'var(--surface)',
  hatch: 'url(#strip-hatch-live)',
  none: 'none',
};

/** A picture on the screen: the same shapes as in an exported one. */
export function ShapesSvg({ picture, label, scale }: { picture: Picture; label: string; scale: number }) {
  const { width, height, shapes } = picture;
  return (
    <svg
      role="img"
      aria-label={label}
      width={width * scale}
      height={height * scale}
      viewBox={`0 0 ${width} ${height}`}
    >
      <defs>
        <pattern
          id="strip-hatch-live"
          width={6}
          height={6}
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <line x1={0} y1={0} x2={0} y2={6} stroke="var(--unknown-edge)" strokeWidth={2} />
        </pattern>
      </defs>
      {shapes.map(element)}
    </svg>
  );
}

function element({ tag, attributes, fill, stroke, text }: Shape, key: number): ReactNode {
  const colours = { ...(fill && { fill: paints[fill] }), ...(stroke && { stroke: paints[stroke] }) };
  return createElement(tag, { key, ...attributes, ...colours }, text);
}
