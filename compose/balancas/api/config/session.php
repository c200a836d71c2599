<?php

// The framework's response factory asks for a session store; this API keeps none.
return ['driver' => 'array'];
