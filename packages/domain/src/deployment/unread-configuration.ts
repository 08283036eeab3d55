import {
  type ConfigurationState,
  configurationInWords,
  isComparable,
  isSameConfiguration,
} from '../workload/configuration.ts';
import { namedConfiguration } from '../workload/named-configuration.ts';
import { sameTemplate } from '../workload/same-template.ts';
import { isSameWorkload } from '../workload/workload.ts';
import type { ObservedWorkload } from './capture.ts';
import { type Deployment, workloadChanges } from './deployment.ts';
import { mayBeConfiguration } from './own-change.ts';

/**
 * Why nobody can tell whether a release that brings no image changed what its templates name, with the first object of which that is
 * so: it was not read before the release or is not now. Null where all is known, or nothing is named.
 */
export function unreadConfiguration(
  deployment: Deployment,
  observed: readonly ObservedWorkload[],
): string | null {
  if (!mayBeConfiguration(deployment)) return null;
  for (const { target, before, after } of workloadChanges(deployment)) {
    const seen = observed.find(({ workload }) => isSameWorkload(workload, target))?.snapshot;
    if (after !== null || !before || !seen || !sameTemplate(before, seen)) continue;
    for (const named of namedConfiguration(seen.template)) {
      const [was, is] = [before, seen].map(
        ({ configuration = [] }) => configuration.find((one) => isSameConfiguration(one, named))?.state,
      );
      const why = whyUntold(was, is);
      if (why !== null) return `${configurationInWords(named)} ${why}`;
    }
  }
  return null;
}

function whyUntold(was: ConfigurationState | undefined, is: ConfigurationState | undefined): string | null {
  if (is?.kind === 'unread') return `could not be read (${is.reason})`;
  if (was?.kind === 'unread') return `could not be read before it (${was.reason})`;
  if (!was) return 'was not read before it';
  if (!is) return 'was not read';
  const isKeyChanged = was.kind === 'there' && is.kind === 'there' && !isComparable(was, is);
  return isKeyChanged ? 'cannot be compared: the key of the digests was changed since' : null;
}
