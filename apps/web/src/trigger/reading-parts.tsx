import type { TriggerView } from '@lastgood/api-client';

/** What a reading is made of, where it is made of several answers. */
export function ReadingParts({ reading }: Pick<TriggerView, 'reading'>) {
  const parts = reading?.parts ?? [];
  if (parts.length === 0) return null;
  return (
    <ul aria-label="What the reading is made of">
      {parts.map(({ title, text, limit }) => (
        <li key={title}>
          {title}: {text}
          {limit !== null && `, fires ${limit}`}
        </li>
      ))}
    </ul>
  );
}
