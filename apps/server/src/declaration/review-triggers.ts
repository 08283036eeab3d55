import {
  type Finding,
  idlePolicies,
  isDeciding,
  type QueryReview,
  type ReviewedSource,
  triggerKind,
} from '@lastgood/domain';
import { acceptDeclared, splitDeclared } from '@lastgood/domain/trigger/declared-trigger';
import { inTurns } from './in-turns.ts';
import { knownVariables } from './known-variables.ts';
import type { TriggerInput } from './trigger-input-schema.ts';

/** A finding, and where in what was declared. */
export interface DeclaredFinding extends Finding {
  /** JSON Pointer to the query. */
  path: string;
}

export type FormReview = Pick<QueryReview, 'review'> & Pick<ReviewedSource, 'emptyWhenHealthy'>;

/** What can be said of the queries of triggers without asking the source. */
export function reviewTriggers(
  triggers: readonly TriggerInput[],
  queries: FormReview,
): Promise<DeclaredFinding[]> {
  return inTurns(triggers, (trigger, index) => reviewTrigger(trigger, `/triggers/${index}`, queries));
}

function reviewTrigger(trigger: TriggerInput, path: string, queries: FormReview): DeclaredFinding[] {
  const { minSamples } = trigger;
  const kind = triggerKind(trigger);
  const faults = kind.lint(splitDeclared(trigger).own);
  // Of a declaration that its kind cannot read there are no queries to speak of.
  if (faults.length > 0) return faults.map((fault) => unusable(`${path}${fault.path}`, fault.message));
  const accepted = acceptDeclared(trigger);
  return [
    ...idlePolicies(accepted).map((one) => decidesNothing(`${path}${one.path}`, one.message)),
    ...kind
      .queries(accepted)
      .flatMap(({ member, template }) => reviewOwn(trigger, template, `${path}/${member}`, queries)),
    ...(minSamples ? reviewCompanion(minSamples.query, `${path}/minSamples/query`, queries) : []),
  ];
}

function unusable(path: string, message: string): DeclaredFinding {
  return { code: 'unusable', severity: 'error', message, place: null, fix: null, path };
}

function decidesNothing(path: string, message: string): DeclaredFinding {
  return { code: 'decides-nothing', severity: 'warning', message, place: null, fix: null, path };
}

/** Held, an empty answer that means *healthy* joins blips far apart into one breach: what it means must be said. */
function reviewOwn(
  { onNoData }: TriggerInput,
  query: string,
  path: string,
  queries: FormReview,
): DeclaredFinding[] {
  const empty = queries.emptyWhenHealthy(query);
  const isSaid = onNoData !== undefined && onNoData !== 'hold';
  const { form, idiom } = formOf(query, queries);
  const found = form.map((finding) => ({ ...finding, path }));
  if (!empty) return found;
  const otherwise = 'Or keep the query and say onNoData: healthy (or breach)';
  const because = 'with hold, nothing between two blips would make one breach of them.';
  const message = isSaid
    ? (idiom?.message ?? `${empty.why} ${empty.instead}`)
    : `${empty.why} ${empty.instead} ${otherwise}: ${because}`;
  return [...found, { ...emptyFinding(message, isSaid ? 'warning' : 'error', idiom), path }];
}

function reviewCompanion(query: string, path: string, queries: FormReview): DeclaredFinding[] {
  const empty = queries.emptyWhenHealthy(query);
  const { form, idiom } = formOf(query, queries);
  const found = form.map((finding) => ({ ...finding, path }));
  if (!empty) return found;
  const message = `${empty.why} Ask for the number of samples itself: atLeast compares it.`;
  return [...found, { ...emptyFinding(message, 'error', idiom), fix: null, path }];
}

function formOf(query: string, { review }: FormReview): { form: Finding[]; idiom: Finding | undefined } {
  const all = review(query, knownVariables);
  return {
    form: all.filter(({ code }) => code !== 'empty-when-healthy'),
    idiom: all.find(({ code }) => code === 'empty-when-healthy'),
  };
}

function emptyFinding(message: string, severity: Finding['severity'], idiom: Finding | undefined): Finding {
  const { place = null, fix = null } = idiom ?? {};
  return { code: 'empty-when-healthy', severity, message, place, fix };
}

/** Holds that one blip can fill. */
export function reviewHolds(triggers: readonly TriggerInput[], intervalMs: number): DeclaredFinding[] {
  return triggers.flatMap((trigger, index): DeclaredFinding[] => {
    // A kind without a hold has its windows instead.
    if (!('forDuration' in trigger)) return [];
    const { forDuration, severity, shadow = false } = trigger;
    if (!isDeciding({ severity, shadow }) || forDuration * 1_000 >= 2 * intervalMs) return [];
    const slots = `two slots (${(2 * intervalMs) / 1_000} s)`;
    const message = `A breach of ${forDuration} s fires it, which is shorter than ${slots}: a single odd reading can be enough. Say forDuration: ${Math.ceil((2 * intervalMs) / 1_000)} or more.`;
    return [
      {
        ...{ code: 'short-hold', severity: 'warning', message, place: null, fix: null },
        path: `/triggers/${index}/forDuration`,
      },
    ];
  });
}

/** As a declaration's warnings. */
export function holdsInWords(triggers: readonly TriggerInput[], intervalMs: number): string[] {
  return reviewHolds(triggers, intervalMs).map(({ path, message }) => {
    const trigger = triggers[Number(path.split('/')[2])];
    return `${trigger?.name}: ${message}`;
  });
}
