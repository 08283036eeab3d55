import type { Diagnostic } from '@codemirror/lint';
import type { Finding } from '@lastgood/api-client';

/** What was found of what is written, by the lint or by whoever refused it. */
export type Told = Omit<Finding, 'code'> & { code: Finding['code'] | 'refused' };

/** Those that have a place, as the editor marks them. What was found of a longer text is kept within this one. */
export function toDiagnostics(findings: readonly Told[], length: number): Diagnostic[] {
  return findings.flatMap(({ place, severity, message }): Diagnostic[] => {
    if (!place) return [];
    const from = Math.min(place.offset, length);
    return [{ from, to: Math.min(from + Math.max(1, place.length), length), severity, message }];
  });
}

/** The query with the words of a finding's fix in its place; null where the fix is none of words. */
export function withFix(query: string, { place, fix }: Told): string | null {
  if (!place || fix?.text == null) return null;
  return query.slice(0, place.offset) + fix.text + query.slice(place.offset + place.length);
}
