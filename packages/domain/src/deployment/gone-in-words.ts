/** A trigger that fired as somebody was called, and calls nobody now, whatever it measures. */
export interface GoneTrigger {
  name: string;
  /** It is declared yet, and only logged: as a shadow, or by its severity. */
  isLogged: boolean;
}

export interface Gone {
  triggers: readonly GoneTrigger[];
  /** Whether any trigger is declared that would call somebody. */
  isWatched: boolean;
}

/** What is told of a release where what called for its rollback is not declared any more. */
export function goneInWords({ triggers, isWatched }: Gone, release: string): { title: string; text: string } {
  const [one, ...more] = triggers;
  const names = triggers.map(({ name }) => name).join(' and ');
  const isLogged = triggers.every((trigger) => trigger.isLogged);
  const is = more.length === 0 ? 'is' : 'are';
  const calls = isLogged ? `${is} only logged now` : `${is} not declared any more`;
  const it = more.length === 0 ? 'it' : 'them';
  const unknown = isLogged
    ? `whatever ${one?.name} measures, it calls nobody. It may fire on.`
    : `nobody looks at ${it}, and whether what fired is over is not known.`;
  const rest = isWatched
    ? `Nothing else of ${release} fires that calls for a rollback.`
    : `No other trigger of its service calls anybody: nothing watches ${release}.`;
  return {
    title: `${names} fired for ${release} and ${calls}`,
    text: `${names} fired and ${calls}: ${unknown} ${rest}`,
  };
}

/** What is told of a release where what called for its rollback can tell nothing any more. @param names of triggers, at least one */
export function endedInWords(names: readonly string[], release: string): { title: string; text: string } {
  const listed = names.join(' and ');
  const [has, it] = names.length === 1 ? ['has', 'it'] : ['have', 'they'];
  return {
    title: `${listed} fired for ${release} and ${has} ended`,
    text: `${listed} fired and ${has} ended: ${it} can tell nothing of ${release} any more, and whether what fired is over is not known. Nothing else of ${release} fires that calls for a rollback.`,
  };
}
