import type { PlanMember } from '@lastgood/api-client';
import { VisuallyHidden } from '@mantine/core';
import { releaseName } from '../../run/release-names.ts';
import { type GoingBackOrder, goingBackOrder, type PlacedMember } from './going-back-order.ts';
import classes from './order-graph.module.css';

/** Of 100 in width, so that it fits wherever it stands; in pixels of a text of 16 in height. */
const rowHeight = 76;
const boxHeight = 48;

const rem = (pixels: number): string => `${pixels / 16}rem`;
type At = Pick<PlacedMember, 'turn' | 'column'>;

/** The order of a group drawn on its dependencies: what has the same number goes side by side, an arrow leads to who waits. */
export function OrderGraph({ members }: { members: readonly PlanMember[] }) {
  const order = goingBackOrder(members);
  const { placed, turns, columns } = order;
  const width = 100 / columns;
  const height = turns * rowHeight - (rowHeight - boxHeight);
  return (
    <figure className={classes.figure}>
      <div className={classes.canvas} style={{ height: rem(height) }}>
        <Arrows order={order} width={width} height={height} />
        <ol>
          {placed
            .toSorted((a, b) => a.turn - b.turn || a.column - b.column)
            .map(({ member: { service, serviceName, target, after }, turn, column }) => (
              <li
                key={service}
                className={classes.member}
                style={{
                  ...{ left: `${column * width}%`, width: `calc(${width}% - 0.5rem)` },
                  ...{ top: rem((turn - 1) * rowHeight), height: rem(boxHeight) },
                }}
              >
                <span className={classes.turn}>{turn}</span>
                <span className={classes.name}>
                  {serviceName}
                  <span className={classes.to}>→ {releaseName(target)}</span>
                </span>
                <VisuallyHidden>
                  {after.length === 0
                    ? ', goes back first'
                    : `, after ${after.map((place) => members[place]?.serviceName).join(', ')}`}
                </VisuallyHidden>
              </li>
            ))}
        </ol>
      </div>
      <figcaption className={classes.caption}>
        {placed.some((one) => placed.some((two) => one !== two && one.turn === two.turn))
          ? 'Callers go back first. The same number: at the same time.'
          : 'Callers go back first, one after the other.'}
      </figcaption>
    </figure>
  );
}

interface ArrowsProps {
  order: GoingBackOrder;
  width: number;
  height: number;
}

/** Lines are stretched with the box; the heads are not, so they stand apart. */
function Arrows({ order: { arrows }, width, height }: ArrowsProps) {
  const x = ({ column }: At) => column * width + width / 2;
  const top = ({ turn }: At) => (turn - 1) * rowHeight;
  const ends = [...new Set(arrows.map(({ to }) => to))];
  return (
    <>
      <svg viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" className={classes.arrows} aria-hidden>
        {arrows.map(({ from, to, via }) => {
          const points = [from, ...via, to];
          const lines = points.slice(1).map((place, index) => {
            const before = points[index] ?? from;
            const [startY, endY] = [top(before) + boxHeight, top(place)];
            const through = place === to ? '' : ` V${endY + boxHeight}`;
            return ` C${x(before)},${startY + 14} ${x(place)},${endY - 14} ${x(place)},${endY}${through}`;
          });
          return (
            <path
              key={`${from.member.service} ${to.member.service}`}
              d={`M${x(from)},${boxHeight + top(from)}${lines.join('')}`}
              vectorEffect="non-scaling-stroke"
            />
          );
        })}
      </svg>
      {ends.map((to) => (
        <span
          key={to.member.service}
          aria-hidden
          className={classes.head}
          style={{ left: `${x(to)}%`, top: rem(top(to)) }}
        />
      ))}
    </>
  );
}
