import type { ClaimedRun } from '@lastgood/domain';

/** A claimed run as the worker sees it; `run`, `steps` and `checks` follow what was committed. */
export type WorkContext = ClaimedRun;
