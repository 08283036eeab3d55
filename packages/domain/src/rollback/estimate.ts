/** Where an estimate comes from, the nearest first; `prior` is what Lastgood ships with, or what the checks declare. */
export const estimateSources = ['service', 'environment', 'prior'] as const;

export type EstimateSource = (typeof estimateSources)[number];

export interface Estimate {
  ms: number;
  from: EstimateSource;
  /** How many former runs it is the median of; 0 for a prior. */
  runs: number;
}
