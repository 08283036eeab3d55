import type { AlertsQuestion } from '../alert/alerts-question.ts';
import type { AlertsSeen } from '../alert/alerts-seen.ts';
import type { ToldMessage } from '../alert/told-alert.ts';
import type { MetricSource } from './metric-source.ts';

/** Remembers what others told of alerts that they evaluate. */
export interface AlertMemory {
  /** Answers in the order of the questions, all as of `at`. Rejects where the memory cannot be read. */
  readAlerts(questions: readonly AlertsQuestion[], at: number, signal: AbortSignal): Promise<AlertsSeen[]>;
}

/** What hears of alerts. */
export interface AlertEar {
  /**
   * Once this resolves, the message is remembered; its source is heard from where it tells of an alert that fires. What comes twice changes nothing but when it was
   * last told.
   */
  hear(source: string, message: ToldMessage): Promise<void>;
  /** A message that could not be read: until it is forgotten, nobody can say that no alert fires. */
  heardUnreadable(source: string, why: string): Promise<void>;
}

/** What triggers ask. Without a memory of alerts no question about them is answered. */
export interface EvidenceSource extends MetricSource, Partial<AlertMemory> {}
