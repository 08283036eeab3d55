import type { SyntaxNode } from '@lezer/common';
import type { Piece } from '../placeholder.ts';
import type { FillableLiteral, Template } from '../read-template.ts';
import { type FilledMatcher, type FixedMatcher, readMatcher } from './filled-matcher.ts';
import { leadOf } from './regex-tail.ts';

/**
 * One thing by which the questions of a batch differ: a service, a namespace, a workload with a hash. Every selector with
 * placeholders has one matcher of it, so that each series belongs to one value.
 */
export interface Dimension {
  core: readonly Piece[];
  /** By the offset of their literals. */
  matchers: ReadonlyMap<number, FilledMatcher>;
  /** The label that tells its values apart in the answer: the series' own, or one that is added to them. */
  label: string;
  /** Whether it is the series' own: all matchers ask for the same text of the same label. */
  natural: boolean;
  /** Plain text that follows the core in every match; null where all matchers are exact. */
  lead: string | null;
}

export type Dimensions =
  | { kind: 'dimensions'; dimensions: Dimension[]; fixed: FillableLiteral[] }
  | { kind: 'none'; why: string };

/** Labels that we add begin so; nobody's series or query bears one. */
const addedPrefix = 'lastgood_batch_';

/** Labels that functions give a meaning. */
const meaningful = ['__name__', 'le'];

/** What a batch of a template's questions can differ in; the other placeholders are the same for all of a batch. */
export function dimensionsOf(template: Template): Dimensions {
  if (template.literals.length === 0)
    return { kind: 'none', why: 'It has no variable: it is asked once for all.' };
  if (template.text.includes(addedPrefix))
    return { kind: 'none', why: `It speaks of ${addedPrefix}, which is ours to add.` };
  const selectors = filledSelectors(template);
  const [first = []] = selectors;
  const everywhere = first.flatMap((matcher) => {
    if (matcher.kind === 'fixed') return [];
    const same = selectors.map((all) =>
      all.filter((one) => one.kind === 'filled' && one.coreId === matcher.coreId),
    );
    return same.every((found) => found.length === 1) ? [same.flat() as FilledMatcher[]] : [];
  });
  const own = withOwnLabels(everywhere.filter(([one]) => !meaningful.includes(one?.label ?? '')));
  const taken = new Set(own.flatMap((matchers) => matchers.map(({ literal }) => literal.from)));
  const fixed = template.literals.filter(({ from }) => !taken.has(from));
  const fixedNames = new Set(fixed.flatMap(namesIn));
  const useful = own.some((matchers) =>
    matchers.some(({ literal }) => namesIn(literal).some((name) => !fixedNames.has(name))),
  );
  if (!useful) return { kind: 'none', why: whyNone(selectors) };
  return { kind: 'dimensions', dimensions: own.map(toDimension), fixed };
}

/** Two things that are told by the same label of a selector cannot both be kept apart by it: the first is. */
function withOwnLabels(all: readonly FilledMatcher[][]): FilledMatcher[][] {
  const kept: FilledMatcher[][] = [];
  for (const matchers of all) {
    const clashes = kept.some((other) => other.some((one, index) => one.label === matchers[index]?.label));
    if (!clashes) kept.push(matchers);
  }
  return kept;
}

function toDimension(matchers: readonly FilledMatcher[], index: number): Dimension {
  const [first] = matchers;
  const natural = matchers.every(
    (one) =>
      one.exact && one.label === first?.label && one.before === first.before && one.behind === first.behind,
  );
  const leads = matchers.flatMap(({ exact, behind }) => (exact ? [] : [leadOf(behind)]));
  return {
    core: first?.core ?? [],
    matchers: new Map(matchers.map((one) => [one.literal.from, one])),
    label: natural ? (first?.label ?? '') : `${addedPrefix}${index}`,
    natural,
    lead: leads.length === 0 ? null : leads.reduce(commonStart),
  };
}

/** For each selector with placeholders its matchers that have them. */
function filledSelectors({ text, tree, literals }: Template): ReturnType<typeof readMatcher>[][] {
  const byFrom = new Map(literals.map((literal) => [literal.from, literal]));
  const found: ReturnType<typeof readMatcher>[][] = [];
  tree.iterate({
    enter({ name, node }) {
      if (name !== 'VectorSelector') return;
      const matchers = matchersIn(node).flatMap((matcher) => {
        const literal = byFrom.get(matcher.lastChild?.from ?? -1);
        return literal ? [readMatcher(text, matcher, literal)] : [];
      });
      if (matchers.length > 0) found.push(matchers);
    },
  });
  return found;
}

function matchersIn(selector: SyntaxNode): SyntaxNode[] {
  const list = selector.getChild('LabelMatchers');
  return list ? [...list.getChildren('UnquotedLabelMatcher'), ...list.getChildren('QuotedLabelMatcher')] : [];
}

function whyNone(selectors: readonly ReturnType<typeof readMatcher>[][]): string {
  const fixed = selectors.flat().find((one): one is { kind: 'fixed' } & FixedMatcher => one.kind === 'fixed');
  if (fixed) return `${fixed.why}.`;
  const odd = selectors.flat().find((one) => one.kind === 'filled' && meaningful.includes(one.label));
  if (odd?.kind === 'filled') return `Its names are those of the label ${odd.label}, which functions change.`;
  return 'Its selectors are filled by different variables, so that no one variable tells all its series apart.';
}

function namesIn({ pieces }: FillableLiteral): string[] {
  return pieces.flatMap((piece) => (piece.kind === 'placeholder' ? [piece.name] : []));
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}
