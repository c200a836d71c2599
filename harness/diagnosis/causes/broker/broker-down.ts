import { cause } from '../../cause.ts';
import { lostMessageTable } from '../../families/lost-message.ts';
import { proven } from '../../finding.ts';
import { examine } from '../../families/table.ts';

/** So servers that hand messages on to a broker say that they have lost it; Spring: “Broker not available.”. */
const BROKER_WORDS =
  /\b(broker|redis|rabbitmq|activemq|kafka|nats) (is )?(not available|unavailable|down|offline|unreachable)\b|\bconnection to (the )?(broker|redis|rabbitmq|activemq|kafka|nats)( \S+)? (was |has been )?(closed|lost|refused)\b/i;

export default cause({
  id: 'broker-down',
  hop: 'broker',
  sentence: 'The broker of the real-time servers cannot be reached.',
  proof:
    'Sockets connect and subscribe, publishing is accepted, a message reaches at most the clients of one server, and health or readiness answers name the broker.',
  lookAlikes: ['broker-missing', 'publisher-worker-stopped', 'publisher-driver-off', 'workers-isolated'],
  repair: 'Start the broker, check its address, and watch it.',
  examineTarget: (_context, { symptom }) =>
    symptom?.is === 'refused' && BROKER_WORDS.test(symptom.text)
      ? proven(`the server says: ${symptom.text.slice(0, 140)}`)
      : undefined,
  examineVisit: (context) => examine(lostMessageTable, 'broker-down', context),
});
