import type { MetricPart } from '../../part.ts';
import type { TriggerKind, TriggerSubject } from '../trigger-kind.ts';
import { cutWindow, overWindow, overWindowInPlace } from '../window.ts';
import {
  type BurnRateTrigger,
  type BurnWindow,
  burnFrame,
  type Declared,
  lintDeclared,
  members,
  shortestOf,
  windowsOf,
} from './declared.ts';
import { judgePairs, longPart, pairsOf, shortPart } from './pairs.ts';
import { burnLimit, burnParts, describeBurn } from './words.ts';

/*
 * How fast the error budget of an objective burns, over two windows at once: one query, asked for the long and the short window of
 * each pair. A pair is in breach when both exceed rate x (1 - objective), the trigger when any pair is. The long window keeps a
 * short burst from firing, the short one ends it soon after the errors end: so there is no time that a breach must last.
 * https://sre.google/workbook/alerting-on-slos/ (6: Multiwindow, Multi-Burn-Rate Alerts)
 *
 * Windows are cut at the age of the deployment: what is older is of another version. Until its short window fits into that age a
 * pair is not asked, and the trigger not before that of its shortest: errors of the first seconds are no rate. A query by what
 * only the series of the new version bear needs no cut, and waits alike. Time does not make a rate of few requests: one failed
 * one of a quiet service is beyond any limit for as long as the short window holds it, and only `minSamples` keeps that from firing.
 *
 * The reading is the share of its limit that the pair nearest to it has reached, so that one threshold holds for all of them.
 */
export const burnRate: TriggerKind<BurnRateTrigger, Declared> = {
  kind: 'burn-rate',
  summary: 'How fast the error budget of an objective burns, over a long and a short window at once.',
  members,
  overridable: {
    objective: { title: 'objective', words: ({ objective }) => String(objective) },
    windows: { title: 'windows', words: burnLimit },
  },
  lint: lintDeclared,
  accept({ query, objective, windows }, common) {
    const own = burnFrame(windowsOf(windows));
    const initialDelayMs = Math.max(common.initialDelayMs, own.initialDelayMs);
    return { ...common, ...own, query, objective, initialDelayMs };
  },
  declare: ({ query, objective, windows }) => ({
    query,
    objective,
    windows: windows.map(({ rate, longMs, shortMs }) => ({
      rate,
      long: longMs / 1000,
      short: shortMs / 1000,
    })),
  }),
  queries: ({ query, windows }) => [
    {
      ...{ member: 'query', title: '', declared: query, unit: 'ratio' },
      template: overWindowInPlace(query, shortestOf(windows)),
    },
  ],
  ask: (trigger, subject) =>
    trigger.windows.flatMap(({ longMs, shortMs }, index) => {
      const { ageMs } = subject;
      if (ageMs !== null && ageMs < shortMs) return [];
      const overMs =
        ageMs === null || isOfItsOwn(trigger, subject) ? longMs : cutWindow(longMs, ageMs, shortMs);
      return [
        partOf(trigger, subject, longPart(index), overMs),
        partOf(trigger, subject, shortPart(index), shortMs),
      ];
    }),
  askWhetherOver: (trigger, subject) =>
    trigger.windows.map((window, index) => recentPart(trigger, subject, window, index)),
  askWhetherBefore: (trigger, subject) =>
    trigger.windows.flatMap((window, index) => [
      partOf(trigger, subject, longPart(index), window.longMs),
      recentPart(trigger, subject, window, index),
    ]),
  judge: (trigger, parts) => judgePairs(pairsOf(trigger, parts), trigger.objective),
  keepsParts: true,
  words: burnParts,
  limit: burnLimit,
  describe: describeBurn,
};

/** A rollback is not verified for hours because the window that fired is as long, nor vetoed for hours for what was over before. */
const whetherOverMs = 5 * 60_000;

function recentPart(
  trigger: BurnRateTrigger,
  subject: TriggerSubject,
  { shortMs }: BurnWindow,
  index: number,
): MetricPart {
  return partOf(trigger, subject, shortPart(index), Math.min(shortMs, whetherOverMs));
}

function partOf(
  { query }: BurnRateTrigger,
  { variables }: TriggerSubject,
  name: string,
  overMs: number,
): MetricPart {
  return { name, overMs, question: { template: overWindow(query, overMs), variables } };
}

/** Whether its query finds nothing of the version before, however far it looks back. */
function isOfItsOwn({ query }: BurnRateTrigger, { toldApartBy }: TriggerSubject): boolean {
  return toldApartBy.some((name) => new RegExp(`\\$(?:${name}\\b|\\{${name}\\})`).test(query));
}
