-- Nothing but an import: what that costs.
import Lean
