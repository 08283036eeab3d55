import type { ServiceKey } from '../service/service.ts';

/** The only meanings a colour may have. */
export type Meaning = 'quiet' | 'watch' | 'act' | 'done' | 'unknown';

/** Who acts next: a person, Lastgood, or nobody because nothing has to be done. */
export type Actor = 'you' | 'lastgood' | 'nobody';

/**
 * How a service stands, worst first. *Quiet* is only what was read in time: its serving release has no open watch and its triggers
 * were read healthy within the last slots. What cannot be known is `unseen`, never quiet. `recorded` breaches after its watch, and
 * nothing is to follow of it but the record. `past` is said of a release that no longer serves, never of a service.
 */
export const standingStates = [
  'stopped',
  'firing',
  'rolling_back',
  'pending',
  'failed',
  'unseen',
  'gone',
  'acknowledged',
  'starting',
  'deploying',
  'watched',
  'recorded',
  'quiet',
  'past',
] as const;

export type StandingState = (typeof standingStates)[number];

/** What happens by itself, and when: "rolls back to v41" at an instant; null when it has no instant yet. */
export interface NextAct {
  words: string;
  at: number | null;
}

/** One service in one sentence. Every place that speaks of a service takes it from here. Instants are epoch milliseconds. */
export interface Standing {
  service: ServiceKey;
  state: StandingState;
  meaning: Meaning;
  /** The state as a label: "Firing". */
  word: string;
  /** What is wrong, with number, limit and unit: "high_error_rate 8.2 % > 5 %". Empty when there is nothing to say but the word. */
  lead: string;
  /** Since when it is so. */
  since: number | null;
  /** Of all that will follow by itself, what comes first. */
  next: NextAct | null;
  /** What holds an act back, or may still change the verdict: "waits for search, judged again when it recovers". */
  restraints: string[];
  actor: Actor;
  /** The newest slot in which its serving release was read; null when never. */
  readAt: number | null;
  /** All of it in one sentence, as it is true at the moment of asking. */
  sentence: string;
}

/** Services that fail together, by what they share, with the one way back where there is one. */
export interface FailingGroup {
  /** What they share: a dependency of all, a deploy of the same moment, a cluster or source that does not answer. */
  cause: { kind: 'dependency' | 'deploy' | 'cluster' | 'source'; name: string };
  /** "16 services fail together; edge v235 was deployed 2 min 10 s before the first". */
  sentence: string;
  services: ServiceKey[];
  /** The deployment whose rollback is the likely way back; null when none is known. */
  deploymentId: string | null;
}

/** What one actor has: `text`, then what follows of it and when, then how many services more: "checkout", "back", "and 2 more". */
export interface FleetActor {
  actor: Actor;
  count: number;
  /** "16 services, common cause edge v235". */
  text: string;
  next: NextAct | null;
  /** "and 2 more"; null when all of its services are said. */
  more: string | null;
}

/** The whole fleet in one line, ranked by who acts next. */
export interface FleetStanding {
  meaning: Meaning;
  /** "You: 16 services, common cause edge v235 · Lastgood: checkout rolling back". Short enough for a tab, true until the next one. */
  title: string;
  /** One entry for each actor who has something. */
  actors: FleetActor[];
  /** How many services are in each state, worst first; all services are counted exactly once. */
  counts: { state: StandingState; meaning: Meaning; count: number; text: string }[];
  groups: FailingGroup[];
}
