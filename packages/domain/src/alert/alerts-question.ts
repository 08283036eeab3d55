/** A question about alerts that others evaluate: of what was told to Lastgood nobody need be asked but its own records. */
export interface AlertsQuestion {
  /** The name in the configuration of whoever tells of them. */
  source: string;
  /** All of these labels with these values; filled in. */
  labels: Record<string, string>;
  /** For so long what was told counts. */
  withinMs: number;
  /**
   * `now`: whether they fire, as far as was told until then. `before`: whether they fired at that instant, by all that was told of it
   * until today.
   */
  about: 'now' | 'before';
  /** Why it cannot be asked, in words: what a label is made of is not known yet. Null: it can. */
  unknown: string | null;
}
