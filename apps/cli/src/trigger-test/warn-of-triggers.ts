import { acceptDeclared, type DeclaredTrigger } from '@lastgood/domain/trigger/declared-trigger';
import { idlePolicies } from '@lastgood/domain/trigger/idle-policies';
import { faultLines, type TestDocument } from './test-documents.ts';

/** What is declared there and decides nothing, as `lastgood lint` and `apply` say it, a line each. Of documents that were read without a fault. */
export function warnOfTriggers(documents: readonly TestDocument[]): string[] {
  return documents.flatMap((one) => {
    const { trigger, triggers } = one.content;
    const listed = Array.isArray(triggers) ? triggers : [];
    return [
      ...linesOf(one, trigger, '/trigger'),
      ...listed.flatMap((declared, index) => linesOf(one, declared, `/triggers/${index}`)),
    ];
  });
}

/** A trigger that is only named is declared elsewhere. */
function linesOf(document: TestDocument, declared: unknown, path: string): string[] {
  if (typeof declared !== 'object' || declared === null) return [];
  const found = idlePolicies(acceptDeclared(declared as DeclaredTrigger));
  return faultLines(
    document,
    found.map((one) => ({ ...one, path: `${path}${one.path}` })),
  );
}
