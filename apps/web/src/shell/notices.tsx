import { Notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.layer.css';

/** Where notes float. Loaded after the page: what was noted meanwhile is shown then. */
export default function Notices() {
  return (
    <section aria-label="Notes">
      <Notifications position="bottom-right" limit={4} withinPortal={false} />
    </section>
  );
}
