import { Notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.layer.css';

/** Where notices float, a landmark of their own. Loaded after the page: what was told meanwhile is shown then. */
export default function Notices() {
  return (
    <section aria-label="Notices">
      <Notifications position="bottom-right" limit={4} withinPortal={false} />
    </section>
  );
}
