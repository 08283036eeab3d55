import { RunCard } from '../run/run-card.tsx';
import { latePlace, type Steady } from '../shell/steady-order.ts';
import classes from './card-sections.module.css';
import { GroupCard } from './group-card.tsx';
import type { NowCard } from './now-cards.ts';
import { WatchCard } from './watch-card.tsx';

const sections = [
  { place: 'you', title: 'Needs a look', says: 'You' },
  { place: 'lastgood', title: 'At work', says: 'Lastgood' },
  { place: 'nobody', title: 'Acknowledged', says: 'Nobody' },
  { place: latePlace, title: 'New', says: 'since you point here' },
] as const;

interface CardSectionsProps {
  cards: readonly Steady<NowCard>[];
  intervalSeconds: number;
}

/** The cards by who acts next: what nobody handles first, then work in hand, then what somebody has taken note of. */
export function CardSections({ cards, intervalSeconds }: CardSectionsProps) {
  return sections.map(({ place, title, says }) => {
    const mine = cards.filter((card) => card.place === place);
    if (mine.length === 0) return null;
    return (
      <section key={place} className={classes.group} aria-labelledby={`cards-${place}`}>
        <h2 id={`cards-${place}`}>
          {title} <span>{says}</span>
        </h2>
        {mine.map(({ key, item, gone }) => (
          <Card key={key} card={item} gone={gone} intervalSeconds={intervalSeconds} />
        ))}
      </section>
    );
  });
}

interface CardProps {
  card: NowCard;
  gone: boolean;
  intervalSeconds: number;
}

function Card({ card, gone, intervalSeconds }: CardProps) {
  switch (card.kind) {
    case 'group':
      return <GroupCard group={card.group} rows={card.rows} />;
    case 'run':
      return <RunCard {...card.item} gone={gone} />;
    case 'row':
      return <WatchCard row={card.row} gone={gone} intervalSeconds={intervalSeconds} />;
  }
}
