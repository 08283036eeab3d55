import type { Static } from 'typebox';
import type { DeclaredFinding } from '../../declaration/review-triggers.ts';
import type { Finding } from './finding-schema.ts';

export function toFindingDto({
  path,
  code,
  severity,
  message,
  place,
  fix,
}: DeclaredFinding): Static<typeof Finding> {
  const split = fix?.kind === 'split' ? { onNoData: null, ...fix.split } : null;
  const text = fix?.kind === 'replace' ? fix.text : null;
  return { path, code, severity, message, place, fix: fix && { title: fix.title, text, split } };
}
