import type { RecordingSource } from '@lastgood/domain/ports/metric-history';
import type { Family } from '../family.ts';
import type { Closable } from '../vendor.ts';
import { joinSources, type MetricSources } from './join-sources.ts';
import { whyAskedAlone } from './prometheus/batch/asked-alone.ts';
import { emptyWhenHealthy } from './prometheus/empty-when-healthy.ts';
import { lint } from './prometheus/lint.ts';
import { reviewForm } from './prometheus/review/review-form.ts';
import { importRules } from './prometheus/rules/import-rules.ts';
import { prometheus } from './prometheus/vendor.ts';

/** What deployments are measured by. */
export const metrics: Family<Closable<RecordingSource>, MetricSources> = {
  title: 'metric source',
  notation: 'named',
  byCluster: true,
  defaultKind: 'prometheus',
  watchedAs: 'metrics',
  vendors: [prometheus],
  join: (entries) =>
    joinSources(entries, { lint, emptyWhenHealthy, whyAskedAlone, review: reviewForm, importRules }),
};
