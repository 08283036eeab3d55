import type { TriggerFault } from '../trigger-kind.ts';
import { type Declared, defaults, mostOfEach, samplesNeeded } from './declared.ts';
import { usesVersion } from './sides.ts';

/** What the schema cannot say. */
export function lintDeclared(declared: Declared): TriggerFault[] {
  return [...faultsOfQuery(declared), ...faultsOfEffect(declared), ...faultsOfSamples(declared)];
}

function faultsOfQuery({ query, against }: Declared): TriggerFault[] {
  const found: string[] = [];
  if (/\[(?!\s*\$(?:WINDOW\b|\{WINDOW\}))/.test(withoutText(query)))
    found.push(
      'must have $WINDOW as its only range: samples that share data are not independent of each other.',
    );
  if (against === 'old_version' && !usesVersion(query))
    found.push(
      'must have $POD_TEMPLATE_HASH or $REVISION, or both versions are asked alike: or compare with before_deployment.',
    );
  return found.map((message) => ({ path: '/query', message }));
}

/** A bracket in quotes or behind a comment sign is none. */
function withoutText(query: string): string {
  return query.replaceAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#.*/g, '');
}

function faultsOfEffect(declared: Declared): TriggerFault[] {
  const { effect, direction, minEffect, floor } = { ...defaults, ...declared };
  const faults: TriggerFault[] = [];
  const add = (path: string, message: string) => faults.push({ path, message });
  if (effect === 'difference') {
    if (!(minEffect > 0)) add('/minEffect', 'must be greater than 0.');
    if (floor !== undefined) add('/floor', 'is for a ratio: a difference to 0 is a number.');
    return faults;
  }
  if (direction === 'decrease' ? !(minEffect > 0 && minEffect < 1) : !(minEffect > 1))
    add(
      '/minEffect',
      `must be ${direction === 'decrease' ? 'between 0 and 1' : 'greater than 1'} as a ratio.`,
    );
  if (!floor)
    add('/floor', 'must be greater than 0, or use effect: difference. A median of 0 has no ratio to it.');
  return faults;
}

function faultsOfSamples(declared: Declared): TriggerFault[] {
  const { window, interval, ...own } = { ...defaults, ...declared };
  const most = Math.floor(window / interval);
  if (most > mostOfEach)
    return [{ path: '/interval', message: `makes ${most} samples of the window; ${mostOfEach} are enough.` }];
  const needed = samplesNeeded(own);
  if (most >= needed) return [];
  const message = `has ${most} samples of each side and needs ${needed}: with fewer nothing is judged. Make it longer, or the interval shorter.`;
  return [{ path: '/window', message }];
}
