/** What a row of the table usualTimes, in ms. */
export interface UsualTime {
  row: string;
  /** From the decision to the first thing done. */
  initiation: number;
  /** Until requests are answered well again. */
  traffic: number;
  /** Until all is done. */
  complete: number;
  /** The row in its own words. */
  words: readonly [string, string, string];
}

const second = 1_000;
const minute = 60 * second;

/** What a person calls instant: https://www.nngroup.com/articles/response-times-3-important-limits/ */
const instant = second;

/**
 * The times teams have today, by strategy ("Rollback Time by Strategy" of the procedures we were given). A range counts with its
 * lower end wherever it has one: ahead of a row is ahead of the best it promises. *Varies* and *minutes-hours* count as a minute.
 */
export const usualTimes = {
  flag: {
    row: 'Feature flag',
    ...{ initiation: instant, traffic: instant, complete: instant },
    words: ['instant', 'instant', 'instant'],
  },
  canary: {
    row: 'Canary abort',
    ...{ initiation: 1 * second, traffic: 5 * second, complete: 30 * second },
    words: ['1-2 s', '5-10 s', '30 s'],
  },
  'blue-green': {
    row: 'Blue-green switch',
    ...{ initiation: 1 * second, traffic: 3 * second, complete: 30 * second },
    words: ['1-2 s', '3-10 s', '30 s'],
  },
  rolling: {
    row: 'Kubernetes rollout undo',
    ...{ initiation: 5 * second, traffic: 2 * minute, complete: 5 * minute },
    words: ['5-10 s', '2-5 min', '5-15 min'],
  },
  infrastructure: {
    row: 'Terraform revert',
    ...{ initiation: 30 * second, traffic: 5 * minute, complete: 5 * minute },
    words: ['30-60 s', '5-30 min', '5-30 min'],
  },
  migration: {
    row: 'Database migration reverse',
    ...{ initiation: 1 * minute, traffic: 1 * minute, complete: 1 * minute },
    words: ['1-5 min', 'varies', 'minutes-hours'],
  },
} satisfies Record<string, UsualTime>;
