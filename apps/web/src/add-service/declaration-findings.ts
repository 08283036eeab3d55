import { ApiError } from '@lastgood/api-client';
import { parseDocument } from 'yaml';
import { type Told, withFix } from '../trigger/write/diagnostics.ts';
import { placeOf } from './places.ts';

/** What the server refuses of a declaration, each with the member that it is about. */
export function refusalsOf(error: unknown): Told[] {
  const faults = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  return faults.map(({ path, message }) => ({
    ...{ path, code: 'refused', severity: 'error', message, place: null, fix: null },
  }));
}

/** As it stands in the text of the declaration: a finding of a query knows its place in the query alone. */
export function inDeclaration(text: string, told: Told): Told {
  return { ...told, place: placeOf(text, told.path, told.place) };
}

/** The declaration as a finding's fix has it; comments, order and all else as they are. */
export function mendedDeclaration(text: string, finding: Told): string {
  const document = parseDocument(text);
  const keys = finding.path.split('/').slice(1);
  const trigger = keys.slice(0, -1);
  const split = finding.fix?.split;
  if (split) {
    document.setIn(keys, split.query);
    document.setIn([...trigger, 'threshold'], split.threshold);
    document.setIn([...trigger, 'comparison'], split.comparison);
    if (split.onNoData === 'healthy') document.setIn([...trigger, 'onNoData'], 'healthy');
    else document.deleteIn([...trigger, 'onNoData']);
  } else {
    const query = withFix(String(document.getIn(keys)), finding);
    if (query === null) return text;
    document.setIn(keys, query);
  }
  return document.toString({ lineWidth: 0 });
}
