import type { ThresholdTrigger } from './kinds/threshold/threshold.ts';

/** What became of one rule of another system's rule file. */
export interface ImportedAlert {
  group: string;
  /** Its name there. */
  name: string;
  /**
   * `same`: it breaches where the rule has a sample, with the same value. `differs`: it breaches where the rule has a sample; the notes
   * say what is otherwise. `left_out`: it became nothing; the notes say why.
   */
  outcome: 'same' | 'differs' | 'left_out';
  /** Two and more where the rule has several conditions of which one is enough. */
  triggers: ThresholdTrigger[];
  notes: string[];
}

export interface RuleImport {
  alerts: ImportedAlert[];
  /** What is true of the whole file. */
  notes: string[];
  /** Why nothing of the file could be read; null when it could. */
  problem: string | null;
}

export interface RuleImportOptions {
  /** A label that bears the service's name: every selector is narrowed to it. Absent: rules ask for everything at once, as they are. */
  serviceLabel?: string | undefined;
}
