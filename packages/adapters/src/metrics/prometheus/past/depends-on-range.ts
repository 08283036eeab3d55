import type { Template } from '../read-template.ts';

/**
 * Whether a query means something else as a part of a range than by itself: `@ start()` and `@ end()` are the ends of the range, `step()`
 * and `range()` are of it. https://prometheus.io/docs/prometheus/latest/querying/basics/#modifier
 */
export function dependsOnRange({ text, tree }: Pick<Template, 'text' | 'tree'>): boolean {
  let found = false;
  tree.iterate({
    enter(node) {
      if (node.name === 'StringLiteral' || node.name === 'LineComment') return false;
      if (node.name === 'AtModifierPreprocessors' || rangeFunctions.test(text.slice(node.from, node.to)))
        found = true;
      return !found;
    },
  });
  return found;
}

/** As they begin: of durations that are computed. */
const rangeFunctions = /^(?:start|end|step|range)\s*\(\s*\)/;
