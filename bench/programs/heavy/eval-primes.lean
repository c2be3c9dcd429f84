-- A computation in Lean's interpreter: the primes below 30000, by trial division.
def isPrime (n : Nat) : Bool := Id.run do
  if n < 2 then
    return false
  for d in [2:n] do
    if d * d > n then
      return true
    if n % d == 0 then
      return false
  return true

def countPrimes (limit : Nat) : Nat := Id.run do
  let mut count := 0
  for n in [0:limit] do
    if isPrime n then
      count := count + 1
  return count

#eval countPrimes 30000
