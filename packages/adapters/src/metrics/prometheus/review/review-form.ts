import type { Finding } from '@lastgood/domain/trigger/finding';
import { emptiedAt, emptyWhenHealthy } from '../empty-when-healthy.ts';
import { cutAtPlaceholders } from '../placeholder.ts';
import { mostProblems, nameInWords, readTemplate } from '../read-template.ts';
import { splitExpression } from '../rules/split-expression.ts';
import { nearest } from './nearest.ts';
import { placeOf } from './place-of.ts';

/** What is found of a query's form, without asking. */
export function reviewForm(template: string, known: readonly string[]): Finding[] {
  const read = readTemplate(template);
  const faults = read.kind === 'unreadable' ? read.faults : [];
  return [
    ...unknownVariables(template, known),
    ...faults.map(
      ({ code, message, from, to }): Finding => ({
        ...{ code, severity: 'error', message, fix: null },
        place: placeOf(template, from, to),
      }),
    ),
    ...idiom(template),
  ];
}

function unknownVariables(template: string, known: readonly string[]): Finding[] {
  const found = new Set<string>();
  const choice = known.map((each) => `$${each}`).join(', ');
  return cutAtPlaceholders(template).flatMap((piece): Finding[] => {
    if (piece.kind === 'text' || known.includes(piece.name) || found.has(piece.name)) return [];
    if (found.size >= mostProblems) return [];
    found.add(piece.name);
    const written = template.startsWith('${', piece.from) ? piece.name.length + 3 : piece.name.length + 1;
    const [meant] = nearest(piece.name, known);
    return [
      {
        ...{ code: 'unknown-variable', severity: 'error' },
        message: `$${nameInWords(piece.name)} is not a variable: use one of ${choice}.`,
        place: placeOf(template, piece.from, piece.from + written),
        fix: meant === undefined ? null : { kind: 'replace', title: `Write $${meant}`, text: `$${meant}` },
      },
    ];
  });
}

/** An alert rule's expression, with its query and its limit apart where there is one such pair. */
function idiom(template: string): Finding[] {
  const empty = emptyWhenHealthy(template);
  const at = emptiedAt(template);
  if (!empty || !at) return [];
  const split = splitExpression(template);
  const [condition, ...more] = split.kind === 'conditions' ? split.conditions : [];
  const isOffered = condition !== undefined && more.length === 0;
  const message = `${empty.why} An alert rule is written so; a trigger asks for a number in every slot and has a threshold of its own. ${empty.instead}`;
  return [
    {
      ...{ code: 'empty-when-healthy', severity: 'warning', message },
      place: placeOf(template, at.from, at.to),
      fix: isOffered
        ? {
            kind: 'split',
            title: 'Take query and threshold apart',
            split: {
              ...{ query: condition.query, threshold: condition.threshold, comparison: condition.comparison },
              ...(condition.isSilent && { onNoData: 'healthy' }),
            },
          }
        : null,
    },
  ];
}
