"""Everything dies at random while articles come in; at the end nothing acknowledged is lost and nothing is twice."""
