/*
 * A part of the keepers: kills what a text has left running, when the owner asks for it between two texts. Without it, a
 * child that one call has started would write into the answer of the next. Only what descends from the keeper is looked at;
 * as it adopts what others leave behind, that is everything that tenant code can start.
 */

import { Deadline } from '../core/deadline.ts';
import { withResolvers } from '../core/with-resolvers.ts';

/**
 * Perl. `adopt_left_overs` is to be called before the first fork; `kill_left_overs` gets the processes that stay, and a
 * pattern of command lines that their children may have, and says whether nothing else is alive.
 */
export const leftOversInPerl = String.raw`
sub adopt_left_overs { my ($prctl) = @_; syscall($prctl, 36, 1, 0, 0, 0) == 0 or die "prctl: $!" }
sub read_file { my ($name) = @_; open(my $f, '<', $name) or return ''; local $/; return scalar(<$f>) // '' }
sub left_overs {
  my ($stays, $spared) = @_;
  my (%parent, @alive);
  opendir(my $processes, '/proc') or die "/proc: $!";
  for my $pid (grep { /^[0-9]+$/ } readdir($processes)) {
    my ($state, $parent) = read_file("/proc/$pid/stat") =~ /.*\) (\S) ([0-9]+) /s or next;
    $parent{$pid} = $parent;
    push(@alive, $pid) unless $state =~ /[ZXx]/ || $pid == $$ || $stays->{$pid};
  }
  my $descends = sub {
    my ($pid) = @_;
    # Numbers are used again, so that what was read may go round in circles.
    for (1 .. 1000) { $pid = $parent{$pid} or return 0; return 1 if $pid == $$ }
    return 1;
  };
  my $is_spared = sub { my ($pid) = @_; return $spared && $stays->{$parent{$pid}} && read_file("/proc/$pid/cmdline") =~ $spared };
  return grep { $descends->($_) && !$is_spared->($_) } @alive;
}
sub kill_left_overs {
  for my $pause (1 .. 60) {
    my @left = left_overs(@_) or return 1;
    kill('KILL', @left);
    select(undef, undef, undef, $pause / 1000);
  }
  return 0;
}
`;

/** How long killing what was left may take, in milliseconds; the keeper gives up before that. */
const dropLimitMs = 10_000;

/** Whether everything was dropped, unless the process ends first or nothing comes in time. Never rejects. */
export async function inTimeToDrop(dropped: Promise<true>, ended: Promise<unknown>): Promise<boolean> {
  using deadline = new Deadline(dropLimitMs);
  const end = await deadline.race(Promise.race([dropped.catch(() => false), ended.then(() => false)]));
  return 'value' in end && end.value;
}

/** Hears when words have come in a stream, cut anywhere. */
export class AwaitedWords {
  readonly #heard = withResolvers();
  readonly #words: Buffer;
  #last = Buffer.alloc(0);

  constructor(words: string) {
    this.#words = Buffer.from(words);
  }

  get heard(): Promise<void> {
    return this.#heard.promise;
  }

  take(bytes: Buffer): void {
    const joined = Buffer.concat([this.#last, bytes]);
    if (joined.includes(this.#words)) this.#heard.resolve();
    this.#last = joined.subarray(-this.#words.length);
  }
}
