import { type Labels, labelsOf } from '../labels.ts';

export interface LabelReplacement {
  target: string;
  replacement: string;
  source: string;
  pattern: RegExp;
}

/** Unchanged where the pattern does not match the whole source label; an empty replacement removes the label. */
export function replaceLabel(
  labels: Labels,
  { target, replacement, source, pattern }: LabelReplacement,
): Labels {
  const groups = pattern.exec(labels.get(source) ?? '');
  if (groups === null) return labels;
  return labelsOf([...labels, [target, expand(replacement, groups)]]);
}

/** `$1`, `${1}` and `$$` as Go's regexp.Expand has them: `$1x` asks for a group named `1x`, which is empty. */
function expand(template: string, groups: readonly (string | undefined)[]): string {
  return template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, bare?: string, braced?: string) => {
    if (whole === '$$') return '$';
    const name = bare ?? braced ?? '';
    return /^\d+$/.test(name) ? (groups[Number(name)] ?? '') : '';
  });
}
