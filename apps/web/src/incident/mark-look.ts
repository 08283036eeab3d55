import type { IncidentMark } from '@lastgood/api-client';
import type { Paint } from './shapes.ts';

export type Glyph =
  | 'triangle'
  | 'back'
  | 'diamond'
  | 'hollow'
  | 'square'
  | 'circle'
  | 'bars'
  | 'cross'
  | 'tick';

interface Look {
  word: string;
  glyph: Glyph;
  paint: Paint;
  /** Which labels have their place first; null for what has none. */
  rank: number | null;
}

const looks: Record<IncidentMark['kind'], Look> = {
  deploy: { word: 'deploy', glyph: 'triangle', paint: 'accent', rank: 1 },
  pending: { word: 'pending', glyph: 'hollow', paint: 'watch', rank: 6 },
  fired: { word: 'fired', glyph: 'diamond', paint: 'act', rank: 2 },
  unseen: { word: 'could not ask', glyph: 'cross', paint: 'dim', rank: 7 },
  seen: { word: 'can be asked again', glyph: 'tick', paint: 'dim', rank: null },
  recovered: { word: 'recovered', glyph: 'circle', paint: 'done', rank: 5 },
  decision: { word: 'decision', glyph: 'square', paint: 'act', rank: 3 },
  restrained: { word: 'not by itself', glyph: 'bars', paint: 'watch', rank: 3 },
  suggested: { word: 'suggested', glyph: 'square', paint: 'watch', rank: 3 },
  acknowledged: { word: 'acknowledged', glyph: 'circle', paint: 'accent', rank: 3 },
  asked: { word: 'rollback', glyph: 'back', paint: 'accent', rank: 4 },
  step: { word: 'step', glyph: 'tick', paint: 'dim', rank: null },
  first_effect: { word: 'first effect', glyph: 'square', paint: 'accent', rank: 4 },
  traffic_restored: { word: 'traffic restored', glyph: 'square', paint: 'done', rank: 3 },
  check: { word: 'check passed', glyph: 'tick', paint: 'done', rank: null },
  verified: { word: 'verified', glyph: 'circle', paint: 'done', rank: 0 },
  failed: { word: 'failed', glyph: 'cross', paint: 'act', rank: 2 },
  stopped: { word: 'stopped', glyph: 'square', paint: 'act', rank: 0 },
  undone: { word: 'undone', glyph: 'tick', paint: 'dim', rank: 4 },
  command: { word: 'command', glyph: 'tick', paint: 'ink', rank: null },
  note: { word: 'note', glyph: 'tick', paint: 'dim', rank: null },
};

export const lookOf = (kind: IncidentMark['kind']): Look => looks[kind];

/** Told better by the bands, or of interest to those who want every step. */
export const isSmall = ({ kind }: Pick<IncidentMark, 'kind'>): boolean =>
  kind === 'step' || kind === 'check' || kind === 'note';

const round = (value: number): number => Math.round(value * 10) / 10;

/** The outline of a glyph around its middle. */
export function glyphPath(glyph: Glyph, x: number, y: number): string {
  const at = (dx: number, dy: number) => `${round(x + dx)} ${round(y + dy)}`;
  switch (glyph) {
    case 'triangle':
      return `M${at(0, -6)}L${at(6, 5)}L${at(-6, 5)}Z`;
    case 'back':
      return `M${at(-6, 0)}L${at(5, -6)}L${at(5, 6)}Z`;
    case 'diamond':
    case 'hollow':
      return `M${at(0, -6)}L${at(6, 0)}L${at(0, 6)}L${at(-6, 0)}Z`;
    case 'square':
      return `M${at(-5, -5)}L${at(5, -5)}L${at(5, 5)}L${at(-5, 5)}Z`;
    case 'circle':
      return `M${at(-5, 0)}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z`;
    case 'bars':
      return `M${at(-5, -5)}h3.5v10h-3.5ZM${at(1.5, -5)}h3.5v10h-3.5Z`;
    case 'cross':
      return `M${at(-5, -5)}L${at(5, 5)}M${at(5, -5)}L${at(-5, 5)}`;
    case 'tick':
      return `M${at(0, -4)}L${at(0, 4)}`;
  }
}
