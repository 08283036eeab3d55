import type { TriggerView } from '@lastgood/api-client';
import { CopyText } from '../shell/copy-text.tsx';

interface TriggerQueriesProps {
  queries: TriggerView['queries'];
  /** The trigger's name, where several stand on one page. */
  of?: string;
}

/** What a trigger asks, as it is declared. */
export function TriggerQueries({ queries, of }: TriggerQueriesProps) {
  const whose = of === undefined ? '' : ` of ${of}`;
  return queries.map(({ title, query }) => (
    <div key={title}>
      {title !== '' && <p>{title}</p>}
      <CopyText
        text={query}
        label={title === '' ? `Copy the query${whose}` : `Copy the query${whose}: ${title}`}
      />
    </div>
  ));
}
