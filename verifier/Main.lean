import Verifier

/-! What `lean --run` is given: the programs are compiled, so that they need not be elaborated whenever they start. -/
