import { type Link, unfitLink, unfitPattern } from '@lastgood/domain';
import type { DeclarationFault } from './declaration-faults.ts';
import type { ServiceInput } from './service-input-schema.ts';

/** What would not open where it says, in the links of a service and in the patterns of its commits. */
export function lintLinks({ links, commitUrl, compareUrl }: ServiceInput): DeclarationFault[] {
  return [
    ...faultsIn(links, ''),
    ...faultIn('/commitUrl', commitUrl, ['commit']),
    ...faultIn('/compareUrl', compareUrl, ['from', 'to']),
  ];
}

/** @param at where they are declared, such as `/triggers/0` */
export function faultsIn(links: readonly Link[] | undefined, at: string): DeclarationFault[] {
  return (links ?? []).flatMap(({ url }, index) => {
    const message = unfitLink(url);
    return message === null ? [] : [{ path: `${at}/links/${index}/url`, message }];
  });
}

function faultIn(path: string, pattern: string | undefined, needed: readonly string[]): DeclarationFault[] {
  const message = pattern === undefined ? null : unfitPattern(pattern, needed);
  return message === null ? [] : [{ path, message }];
}
