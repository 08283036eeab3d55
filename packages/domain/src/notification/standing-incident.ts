import type { Message } from './message.ts';
import type { Notification } from './notification.ts';

/** What arrived at one place about one incident, and stands there or ended a short while ago. */
export interface StandingIncident {
  /** `incidentOf` */
  incident: string;
  /** Where at the receiver; null for what the notifier's settings say. */
  to: string | null;
  /** In order; of very many the newest. */
  told: readonly ArrivedMessage[];
}

export interface ArrivedMessage {
  notification: Notification;
  /** How long ago it arrived, milliseconds by the database's clock. */
  agoMs: number;
}

/** The same with the words that people are shown. */
export interface RetoldIncident extends Omit<StandingIncident, 'told'> {
  told: readonly (ArrivedMessage & { message: Message })[];
}

/** Which incidents are asked for. All durations are milliseconds until now. */
export interface StandingChoice {
  notifier: string;
  /** Those of which nothing arrived within it are forgotten. */
  withinMs: number;
  /** Those that ended within it are given too. */
  endedWithinMs: number;
  /** Incidents at most: those of which something arrived last. */
  limit: number;
}
