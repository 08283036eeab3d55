import { type Labels, labelsOf, metricName } from './labels.ts';
import { parseFloatLikeGo } from './promql/literals.ts';

export interface ExposedSample {
  labels: Labels;
  value: number;
  /** Epoch milliseconds; null when the target leaves the time to whoever scrapes it. */
  at: number | null;
}

const namePattern = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const labelPattern = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\\n]|\\.)*)"[ \t]*(,?)/y;
const restPattern = /[ \t]*([^ \t]+)(?:[ \t]+(-?\d+))?[ \t]*$/y;

/**
 * Reads the Prometheus text format, version 0.0.4. One bad line refuses the whole text, as Prometheus does.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 * @throws Error naming the line
 */
export function parseExposition(text: string): ExposedSample[] {
  const samples: ExposedSample[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.replace(/^[ \t]+/, '').replace(/\r$/, '');
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const sample = parseLine(trimmed);
    if (sample === null) throw new Error(`line ${index + 1} is not a sample: ${line.slice(0, 80)}`);
    samples.push(sample);
  }
  return samples;
}

function parseLine(line: string): ExposedSample | null {
  const name = matchAt(namePattern, line, 0);
  if (name === null) return null;
  const pairs: [string, string][] = [[metricName, name[0]]];
  const position = readLabels(line, namePattern.lastIndex, pairs);
  const rest = position === null ? null : matchAt(restPattern, line, position);
  const value = rest?.[1] === undefined ? null : parseFloatLikeGo(rest[1]);
  if (rest === null || value === null) return null;
  return { labels: labelsOf(pairs), value, at: rest[2] === undefined ? null : Number(rest[2]) };
}

/** Adds the labels to `pairs` and returns the position behind them; null when they are malformed. */
function readLabels(line: string, from: number, pairs: [string, string][]): number | null {
  let position = from;
  while (line[position] === ' ' || line[position] === '\t') position += 1;
  if (line[position] !== '{') return from;
  position += 1;
  let more = true;
  while (more) {
    const label = matchAt(labelPattern, line, position);
    if (label?.[1] === undefined || label[2] === undefined) break;
    pairs.push([label[1], unescapeLabel(label[2])]);
    position = labelPattern.lastIndex;
    more = label[3] === ',';
  }
  while (line[position] === ' ' || line[position] === '\t') position += 1;
  return line[position] === '}' ? position + 1 : null;
}

function unescapeLabel(text: string): string {
  return text.replace(/\\(.)/g, (whole, character) => {
    if (character === 'n') return '\n';
    return character === '"' || character === '\\' ? character : whole;
  });
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}
