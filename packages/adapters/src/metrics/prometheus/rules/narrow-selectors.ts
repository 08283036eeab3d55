import { parseWhole } from '../parse-query.ts';

/** The same query with `label="$SERVICE"` in each of its selectors; null when it cannot be read, or names the label already. */
export function narrowSelectors(text: string, label: string): string | null {
  const tree = parseWhole(text);
  if (typeof tree === 'number') return null;
  const matcher = `${label}="$SERVICE"`;
  const inserts: { at: number; insert: string }[] = [];
  let isNamed = false;
  tree.iterate({
    enter({ name, node }) {
      if (name === 'LabelName' && node.parent?.name === 'UnquotedLabelMatcher')
        isNamed ||= text.slice(node.from, node.to) === label;
      if (name !== 'VectorSelector') return;
      const matchers = node.getChild('LabelMatchers');
      if (!matchers) inserts.push({ at: node.to, insert: `{${matcher}}` });
      else inserts.push({ at: matchers.from + 1, insert: matchers.firstChild ? `${matcher},` : matcher });
    },
  });
  if (isNamed) return null;
  return inserts
    .sort((a, b) => b.at - a.at)
    .reduce((narrowed, { at, insert }) => narrowed.slice(0, at) + insert + narrowed.slice(at), text);
}
