import { type TriggerOfKind, triggerKind } from './kinds/index.ts';

/** Something that a trigger asks, as it was declared. */
export interface AskInWords {
  member: string;
  /** For people, where a trigger asks several things; empty where it asks one. */
  title: string;
  declared: string;
}

/** All that it asks: its queries, and what is no query. Without the companion of `minSamples`. */
export function asksInWords(trigger: TriggerOfKind): AskInWords[] {
  const { queries, asksBesides } = triggerKind(trigger);
  return [
    ...queries(trigger).map(({ member, title, declared }) => ({ member, title, declared })),
    ...(asksBesides?.(trigger) ?? []).map((ask) => ({ ...ask, title: '' })),
  ];
}
