import { releaseName } from '../../../deployment/release-words.ts';
import { templateDifferences } from '../../../workload/difference/template-differences.ts';
import { workloadInWords } from '../../../workload/workload.ts';
import type { WayDifferences } from '../way.ts';
import { leftBehind, neededWorkloads, type RollingContext } from './needs.ts';

/** In what the templates differ that the release left behind and that the target served. */
export function workloadDifferences(context: RollingContext): WayDifferences {
  const workloads = neededWorkloads(context).map(({ ask: { workload, to } }) => ({
    name: workloadInWords(workload),
    from: leftBehind(context, workload),
    to,
  }));
  const unknown = workloads.flatMap(({ name, from, to }) => {
    const { deployment, target } = context;
    const missing = from === null ? deployment : to === null ? target : null;
    return missing ? [`what ${releaseName(missing)} set on ${name} is not recorded`] : [];
  });
  const items = workloads.flatMap(({ name, from, to }) =>
    from && to
      ? templateDifferences(from.template, to.template, workloads.length > 1 ? `${name}, ` : '')
      : [],
  );
  return { items, unknown };
}
